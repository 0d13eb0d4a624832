export const sidebar = {
  jump: 'Jump to…',
  jumpTitle: 'Jump to a room, a person or an action',
  menuOf: (name: string) => `Menu of ${name}`,
  pin: 'Keep on top',
  mute: 'Mute',
  all: 'Tell me everything',
  mentions: 'Tell me of mentions only',
  read: 'Mark as read',
  details: 'Details',
  muted: ', muted',
};
