// The link to the server for somebody else: the server makes it, with an invite where one is needed and this person may
// give it; where they may not, it is the way this window itself came.
import type { ServerLink } from '../../engine/types.ts';
import { dayAndTime } from '../../state/dates.ts';
import { serverLink } from '../../state/server-link.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { failureLine } from '../rooms/words.ts';

const texts = words.sidebar;

/** Puts it on the clipboard, and says what it is good for or why there is none. */
export async function copyServerLink({ state, engine, platform }: AppContext): Promise<{ copied: boolean; text: string }> {
  const answer = await engine.serverLink();
  if (!('failure' in answer)) return { copied: true, text: copied(platform, answer, state.hours) };
  if (answer.failure.code !== 'forbidden') return { copied: false, text: failureLine(answer.failure) };
  const link = serverLink(state.session.info);
  if (link === undefined) return { copied: false, text: texts.localNote };
  platform.copyText(link);
  return { copied: true, text: texts.withoutInvite };
}

function copied(platform: AppContext['platform'], { link, near, uses, expires }: ServerLink, hours: AppContext['state']['hours']): string {
  platform.copyText(link);
  if (near) return texts.nearLink;
  return uses === undefined || expires === undefined ? texts.plainLink : texts.inviteLink(uses, dayAndTime(expires, hours));
}
