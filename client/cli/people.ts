// Who there is, and what one says of oneself: roster, status.
import { withVisit, type Desk } from './desk.ts';
import { jsonLine, line, memberJson, memberText } from './output.ts';
import type { OwnPresence } from './parameters.ts';
import { EXIT } from './problem.ts';

export function roster(desk: Desk): Promise<number> {
  return withVisit(desk, async (visit) => {
    const members = (await visit.members()).sort((a, b) => a.username.localeCompare(b.username));
    for (const member of members) desk.streams.out(desk.globals.json ? jsonLine(memberJson(member)) : `${memberText(member)}\n`);
    return EXIT.done;
  });
}

/** Without a presence one's own is shown; without a text the one there is stays. */
export function status(desk: Desk, { presence, text }: { presence: OwnPresence | undefined; text: string | undefined }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const own = (await visit.members()).find(({ userId }) => userId === visit.me);
    const now = { presence: presence ?? own?.presence ?? 'online', text: text ?? own?.status ?? '' };
    if (presence !== undefined) await visit.ask('status', { presence, text: now.text }, { answer: 'done' });
    desk.streams.out(desk.globals.json ? jsonLine({ type: 'status', ...now }) : `You are ${now.presence}${now.text === '' ? '' : `: ${line(now.text)}`}.\n`);
    return EXIT.done;
  });
}
