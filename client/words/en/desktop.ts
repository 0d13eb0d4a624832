export const desktop = {
  inRoom: (who: string, room: string) => `${who} in ${room}`,
  wrote: 'wrote a message',
  sentFile: 'sent a file',
  many: (count: number) => `${count} new messages`,
  manyIn: (rooms: readonly string[]) => (rooms.length <= 3 ? `In ${rooms.join(', ')}` : `In ${rooms.slice(0, 2).join(', ')} and ${rooms.length - 2} more rooms`),
  tray: { open: 'Open Reach', online: 'Online', away: 'Away', dnd: 'Do not disturb', mute: 'Mute for 1 hour', unmute: 'Unmute', quit: 'Quit', tip: (unseen: number) => (unseen > 0 ? `Reach: ${unseen} new` : 'Reach') },
  close: {
    title: 'Keep running in the tray?',
    text: 'Reach then stays connected and goes on telling you of messages. Where this desktop shows no tray, starting Reach again brings the window back.',
    tray: 'Keep running', quit: 'Quit', remember: 'Settings, Notifications, changes this at any time.',
  },
  leaving: {
    title: (count: number) => (count === 1 ? 'A file is still on its way' : `${count} files are still on their way`),
    text: 'They go on by themselves when Reach is started again. In the tray they finish now.',
    also: (count: number) => (count === 1 ? 'A file is still on its way: in the tray it finishes now, otherwise it goes on when Reach is started again.' : `${count} files are still on their way: in the tray they finish now, otherwise they go on when Reach is started again.`),
    /** They arrived while it was asked. */
    arrived: 'Nothing is on its way any more',
    finish: 'Finish in the tray', quit: 'Quit now', stay: 'Stay',
  },
};
