export const toasts = {
  dismiss: 'Dismiss',
  show: 'Show',
  resumed: (count: number) => (count === 1 ? 'A transfer resumed where it stopped.' : `${count} transfers resumed where they stopped.`),
  outOf: (room: string) => `You are not in #${room} any more.`,
  mayBeInvited: 'A moderator can invite you again.',
  mayJoin: 'You can join it again.',
};
