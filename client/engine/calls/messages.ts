// Messages of rooms, and what is being written.
import { MENTIONS_MAX } from '../../../shared/protocol/limits.ts';
import type { Core } from '../core.ts';
import type { MessageCalls } from '../types.ts';

export function messageCalls(core: Core): MessageCalls {
  return {
    send(room, text, { replyTo, mentions } = {}) {
      core.account?.post(room, { kind: 'text', text, ...(replyTo && { replyTo }), ...(mentions && mentions.length > 0 && { mentions: mentions.slice(0, MENTIONS_MAX) }) });
    },
    edit(room, id, text, mentions = []) {
      core.account?.post(room, { kind: 'edit', target: id, text, ...(mentions.length > 0 && { mentions: mentions.slice(0, MENTIONS_MAX) }) });
    },
    remove(room, id) {
      core.account?.post(room, { kind: 'delete', target: id });
    },
    react(room, id, emoji, on) {
      core.account?.post(room, { kind: 'reaction', target: id, emoji, on });
    },
    retry(room, id) {
      core.account?.retry(room, id);
    },
    discard(room, id) {
      core.account?.discard(room, id);
    },
    loadOlder(room) {
      core.account?.loadOlder(room);
    },
    openRoom(room) {
      core.account?.openRoom(room);
    },
    refreshPeople(room) {
      core.account?.refreshPeople(room);
    },
    markRead(room, seq) {
      core.account?.markRead(room, seq);
    },
    typing(room) {
      core.account?.typing(room);
    },
    saveDraft(room, text) {
      core.guard(() => core.account?.keeping.drafts.save(room, text));
    },
    saveDraftFiles(room, files) {
      core.guard(() => core.account?.keeping.draftFiles.save(room, files));
    },
    draft(room) {
      return core.account?.keeping.drafts.of(room) ?? '';
    },
  };
}
