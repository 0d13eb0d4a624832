// The 15 bytes in front of every datagram, which are also its AAD:
//   flags:u8 (version:2 | epoch:2 | zero:4) ‖ connection_id:8 ‖ packet_number:6 ‖ ciphertext ‖ tag:16
import type { Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { CONNECTION_ID_SIZE, DATAGRAM_HEADER, DATAGRAM_MAX, PACKET_NUMBER_SIZE, PROTOCOL_VERSION, TAG_SIZE } from '../protocol/limits.ts';

/** Bytes of the smallest datagram: a header, nothing, and its tag. */
export const DATAGRAM_MIN = DATAGRAM_HEADER + TAG_SIZE;
/** Packet numbers are below this. */
export const PACKET_NUMBERS = 2 ** (8 * PACKET_NUMBER_SIZE);

const VERSION_SHIFT = 6;
const EPOCH_SHIFT = 4;
const EPOCH_MASK = 0b11;
const ZERO_MASK = 0b1111;
const NUMBER_AT = 1 + CONNECTION_ID_SIZE;

export interface DatagramHeader {
  /** The low 2 bits of it. */
  epoch: number;
  /** A view on the datagram. */
  connectionId: Bytes;
  packetNumber: number;
}

/** 15 bytes; of `epoch` the low 2 bits. Throws ReachError `local` where the packet numbers have ended. */
export function encodeHeader({ epoch, connectionId, packetNumber }: DatagramHeader): Bytes {
  if (packetNumber >= PACKET_NUMBERS) throw new ReachError('local', 'This direction of UDP has used all of its packet numbers.');
  const header = new Uint8Array(DATAGRAM_HEADER);
  header[0] = (PROTOCOL_VERSION << VERSION_SHIFT) | ((epoch & EPOCH_MASK) << EPOCH_SHIFT);
  header.set(connectionId, 1);
  const view = new DataView(header.buffer);
  view.setUint16(NUMBER_AT, Math.floor(packetNumber / 2 ** 32));
  view.setUint32(NUMBER_AT + 2, packetNumber % 2 ** 32);
  return header;
}

/** undefined: no datagram of this protocol, by its size, its version or the bits that are zero. */
export function decodeHeader(datagram: Bytes): DatagramHeader | undefined {
  if (datagram.length < DATAGRAM_MIN || datagram.length > DATAGRAM_MAX) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const flags = view.getUint8(0);
  if (flags >>> VERSION_SHIFT !== PROTOCOL_VERSION || (flags & ZERO_MASK) !== 0) return undefined;
  return {
    epoch: (flags >>> EPOCH_SHIFT) & EPOCH_MASK,
    connectionId: datagram.subarray(1, NUMBER_AT),
    packetNumber: view.getUint16(NUMBER_AT) * 2 ** 32 + view.getUint32(NUMBER_AT + 2),
  };
}
