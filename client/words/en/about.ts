export const about = {
  lead: 'Secure chat a team, a classroom or a household hosts itself.',
  version: 'Version', build: 'Build', protocol: 'Protocol', runtime: 'Runtime', system: 'System',
  buildOf: (commit: string, day: string) => `${commit}, ${day}`,
  copy: 'Copy diagnostics',
  copyNote: 'Versions, the state of the connection and choices of the settings. No message, no name of a person, a room or a server, no key and no password.',
  licences: 'Licences', licencesNote: 'What Reach is made with, and under which terms.',
  credits: 'Everything inside NW.js and Chromium',
};
