// Searching what this client has.
import type { Core } from '../core.ts';
import type { FindCalls } from '../types.ts';

export function findCalls(core: Core): FindCalls {
  return {
    search(query) {
      return core.account?.find.search(query) ?? { hits: [], total: 0, similar: false, waiting: 0, searched: [] };
    },
    searchBack(rooms) {
      core.account?.find.back(rooms);
    },
    stopSearchingBack() {
      core.account?.find.stop();
    },
  };
}
