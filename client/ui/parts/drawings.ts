// The small drawings of places that are empty, as paths in a box of 72 × 56.

export const DRAWINGS = {
  search: ['M14 10h30M14 20h14M14 30h10', 'M46 42a12 12 0 1 0 0-24 12 12 0 0 0 0 24z', 'M55 39l9 9'],
  files: ['M20 6h20l12 12v28a4 4 0 0 1-4 4H20a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4z', 'M40 6v12h12', 'M34 26v15M28 35l6 6 6-6'],
  people: ['M26 26a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M10 48v-3a11 11 0 0 1 11-11h10a11 11 0 0 1 11 11v3', 'M56 22v16M48 30h16'],
  rooms: ['M28 8l-5 40M46 8l-5 40M14 20h42M11 36h42'],
} as const;

export type Drawing = keyof typeof DRAWINGS;
