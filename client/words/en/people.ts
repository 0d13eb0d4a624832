export const people = {
  message: 'Message',
  thisIsYou: 'This is you.',
  people: 'People',
  closePeople: 'Close people',
  stale: 'Not connected: this is how it was.',
  you: '(you)',
  sections: { online: 'Online', away: 'Away', offline: 'Offline' },
  count: (section: string, people: number) => `${section} — ${people}`,
  /** Beside or after a name. */
  presence: { online: 'online', away: 'away', dnd: 'do not disturb', offline: 'offline' },
  /** Somebody of whom this window knows nothing but an id. */
  unknown: (id: string) => `user ${id}`,
};
