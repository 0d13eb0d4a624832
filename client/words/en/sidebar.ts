export const sidebar = {
  menuOf: (name: string) => `Menu of ${name}`,
  pin: 'Keep on top',
  mute: 'Mute',
  all: 'Tell me everything',
  mentions: 'Tell me of mentions only',
  read: 'Mark as read',
  details: 'Details',
  muted: ', muted',
};
