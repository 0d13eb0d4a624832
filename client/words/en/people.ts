export const people = {
  message: 'Message',
  thisIsYou: 'This is you.',
  people: 'People',
  closePeople: 'Close people',
  stale: 'Not connected: this is how it was.',
  you: '(you)',
};
