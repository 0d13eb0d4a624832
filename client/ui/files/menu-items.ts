// What the menu of a file offers beside its buttons.
import Copy from '@lucide/svelte/icons/copy';
import Download from '@lucide/svelte/icons/download';
import ExternalLink from '@lucide/svelte/icons/external-link';
import Eye from '@lucide/svelte/icons/eye';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Info from '@lucide/svelte/icons/info';
import Save from '@lucide/svelte/icons/save';
import Send from '@lucide/svelte/icons/send';
import { words } from '../../words/words.ts';
import { printed } from '../keys/pressed.ts';
import type { MenuItem } from '../parts/Menu.svelte';
import { isPreviewable, isRisky } from './kinds.ts';
import type { ShownFile } from './shown-file.svelte.ts';

export function fileItems({ file, own, path, readable, remote, transfer, run }: Pick<ShownFile, 'file' | 'own' | 'path' | 'readable' | 'remote' | 'transfer' | 'run'>): MenuItem[] {
  const texts = words.files;
  const settled = transfer === undefined || transfer.state.name === 'done' || transfer.state.name === 'cancelled';
  const saved = path !== undefined && transfer?.direction === 'down';
  // What is saved is copied; the rest is fetched, as long as the server has it.
  const isGone = remote !== undefined && ['expired', 'deleted', 'damaged'].includes(remote.state);
  return [
    ...(readable && isPreviewable(file.name) ? [{ label: texts.preview, icon: Eye, shortcut: printed('preview'), run: () => run('preview') }] : []),
    ...(saved && !isRisky(file.name) ? [{ label: texts.open, icon: ExternalLink, run: () => run('open') }] : []),
    ...(path !== undefined ? [{ label: texts.showInFolder, icon: FolderOpen, run: () => run('show') }] : []),
    ...(readable && settled && !saved ? [{ label: texts.download, icon: Download, shortcut: printed('save'), run: () => run('download') }] : []),
    ...(readable && settled && (saved || !isGone) ? [{ label: texts.saveAs, icon: Save, run: () => run('save_as') }] : []),
    ...(path !== undefined ? [{ label: texts.copyPath, icon: Copy, run: () => run('copy_path') }] : []),
    ...(own && path !== undefined ? [{ label: texts.sendAgain, icon: Send, run: () => run('send_again') }] : []),
    { label: texts.details, icon: Info, run: () => run('details') },
  ];
}
