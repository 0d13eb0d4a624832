export const about = {
  lead: 'Secure chat a team, a classroom or a household hosts itself.',
  version: 'Version', protocol: 'Protocol', runtime: 'Runtime', system: 'System',
  copy: 'Copy diagnostics',
  copyNote: 'Versions, the state of the connection and the settings. No message, no name of a room, no key and no password.',
  licences: 'Licences', licencesNote: 'What Reach is made with, and under which terms.',
};
