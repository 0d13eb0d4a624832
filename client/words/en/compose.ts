export const compose = {
  emoji: 'Emoji',
  find: 'Find an emoji',
  none: (typed: string) => `No emoji is called “${typed}”.`,
  last: 'Used last',
  groups: ['Smileys', 'People', 'Parts', 'Animals and nature', 'Food and drink', 'Travel and places', 'Activities', 'Objects', 'Symbols', 'Flags'],
};
