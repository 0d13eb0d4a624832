// The small drawings of places that are empty, as paths in a box of 72 × 56.

export const DRAWINGS = {
  search: ['M14 10h30M14 20h14M14 30h10', 'M46 42a12 12 0 1 0 0-24 12 12 0 0 0 0 24z', 'M55 39l9 9'],
  files: ['M20 6h20l12 12v28a4 4 0 0 1-4 4H20a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4z', 'M40 6v12h12', 'M34 26v15M28 35l6 6 6-6'],
  people: ['M26 26a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M10 48v-3a11 11 0 0 1 11-11h10a11 11 0 0 1 11 11v3', 'M56 22v16M48 30h16'],
  talk: ['M8 14a8 8 0 0 1 8-8h24a8 8 0 0 1 8 8v10a8 8 0 0 1-8 8H24l-9 8v-8.1A8 8 0 0 1 8 24z', 'M54 22a7 7 0 0 1 10 6v8a7 7 0 0 1-5 6.7V50l-8-7H38a7 7 0 0 1-6-4', 'M20 16h16M20 22h10'],
  rooms: ['M28 8l-5 40M46 8l-5 40M14 20h42M11 36h42'],
} as const;

export type Drawing = keyof typeof DRAWINGS;
