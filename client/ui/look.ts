// How the window looks, beside its colours: settings → attributes and properties of the root, on which the styles hang.
import type { Settings } from '../engine/types.ts';
import type { Hours } from '../state/dates.ts';

export function applyLook({ textSize, density, motion }: Pick<Settings, 'textSize' | 'density' | 'motion'>, hours: Hours): void {
  const { dataset, style } = document.documentElement;
  style.setProperty('--message-size', `${textSize}px`);
  // What `am` and `pm` add to a time.
  style.setProperty('--clock-extra', hours === 12 ? '22px' : '0px');
  dataset['density'] = density;
  dataset['motion'] = motion;
}
