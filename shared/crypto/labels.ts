// Every label and context string of protocol 1: one list, so that no two uses can share one.
export const LABEL = {
  derived: 'derived',
  clientHandshake: 'c hs',
  serverHandshake: 's hs',
  clientSession: 'c ap',
  serverSession: 's ap',
  exporter: 'exp',
  key: 'key',
  iv: 'iv',
  keyUpdate: 'ku',
  clientFinished: 'c finished',
  serverFinished: 's finished',
  resumption: 'res',
  ticketId: 'id',
  attach: 'attach',
  udpClient: 'udp c',
  udpServer: 'udp s',
} as const;

/** Prefixes of what is hashed or signed; each is followed by one zero byte. */
export const CONTEXT = {
  serverHello: 'reach1 server hello',
  password: 'reach1 password',
  lobby: 'reach1 lobby',
  dm: 'reach1 dm',
  pair: 'reach1 pair',
} as const;
