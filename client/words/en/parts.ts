export const parts = {
  copied: 'Copied',
  close: 'Close',
  editing: 'Text',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
};
