// Why a file is not shown, and what is odd about one that is.
import { amounts } from './amounts.ts';

const number = amounts.count;
const entries = (count: number): string => (count === 1 ? '1 entry' : `${number(count)} entries`);
const SAVE = 'Download it to look at it with another program.';

export const refused = {
  save: SAVE,
  askSender: 'Ask the sender to send it again.',
  number,
  rows: (count: number) => (count === 1 ? '1 row' : `${number(count)} rows`),
  columns: (count: number, cut: boolean) => `${cut ? 'first ' : ''}${count === 1 ? '1 column' : `${number(count)} columns`}`,
  lines: (count: number) => (count === 1 ? '1 line' : `${number(count)} lines`),
  pages: (count: number) => (count === 1 ? '1 page' : `${number(count)} pages`),
  entries,
  other: 'This file could not be shown.',
  ended: 'The file ended before its size was reached.',
  closed: 'The preview was closed.',
  unprepared: 'This file could not be prepared for showing.',
  tooSlow: 'Preparing this file took too long and was stopped.',
  markdown: 'This document is too large to be shown as pages. Its source is shown.',
  pdf: {
    tooLarge: 'PDFs over 50 MB are not shown here.',
    unopened: 'This PDF could not be opened.',
    password: 'This PDF is protected by a password.',
    withProgram: 'Download it and open it with your PDF program.',
    damaged: 'This PDF is damaged.',
    tooSlow: 'Opening this PDF took too long and was stopped.',
  },
  picture: {
    tooLarge: 'Pictures over 50 MB are not shown here.',
    tooManyPixels: (width: number, height: number) => `This picture says it is ${number(width)} × ${number(height)} pixels. More than 100 megapixels are not shown.`,
    noSize: 'The size of this picture cannot be read. It may be damaged.',
  },
  drawing: {
    tooLarge: 'Drawings over 8 MB are not shown here.',
    entities: 'This drawing defines entities, which can unfold without end. It is not shown.',
    tooManyPixels: (width: number, height: number) => `This drawing says it is ${number(width)} × ${number(height)} pixels. More than 100 megapixels are not shown.`,
    repeats: 'This drawing repeats itself too often to be drawn safely. It is not shown.',
  },
  text: {
    control: (byte: number) => `This is not a text: byte ${number(byte)} is a control character.`,
    notUtf8: (byte: number) => `This text is not UTF-8: byte ${number(byte)} belongs to no character.`,
  },
  licensed: 'This window cannot play H.264 or AAC video. Save it and open it with your player.',
  archive: {
    noList: 'This archive has no readable list of contents. It may be damaged or not complete.',
    escaping: (count: number) => `${entries(count)} would be written outside of the folder it is unpacked into. Do not unpack it.`,
    bombs: (count: number, times: number) => `${entries(count)} would grow more than ${times} times. It may be made to fill the disk.`,
    encrypted: (count: number) => `${count === 1 ? '1 entry is' : `${number(count)} entries are`} encrypted and cannot be checked by a virus scanner.`,
    leaves: 'leaves the folder',
    grows: 'grows very much',
    locked: 'encrypted',
  },
};
