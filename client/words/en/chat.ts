export const chat = {
  menu: 'Message',
  more: 'More',
  reply: 'Reply',
  react: 'React…',
  copyText: 'Copy text',
  copyName: 'Copy name',
  copyCode: 'Copy code',
  copyLink: 'Copy link',
  edit: 'Edit',
  delete: 'Delete…',
};
