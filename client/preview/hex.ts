// The first bytes of a file as people look at bytes: offset, sixteen of them, and what is printable of them.

export const HEX_BYTES = 4_096;
const ACROSS = 16;

export interface HexRow {
  offset: string;
  bytes: string;
  text: string;
}

export function hexRows(bytes: Uint8Array): HexRow[] {
  const shown = bytes.subarray(0, HEX_BYTES);
  return Array.from({ length: Math.ceil(shown.length / ACROSS) }, (_, row) => {
    const part = [...shown.subarray(row * ACROSS, (row + 1) * ACROSS)];
    return {
      offset: (row * ACROSS).toString(16).padStart(8, '0'),
      bytes: part.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      text: part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join(''),
    };
  });
}
