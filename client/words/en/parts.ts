export const parts = {
  copied: 'Copied',
  close: 'Close',
};
