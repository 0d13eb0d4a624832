// Every bound of protocol 1 in one place. Specification constants are the same on every Reach program;
// implementation constants may be chosen by a server and are told or enforced there.

// --- Specification constants -------------------------------------------------------------------
export const PROTOCOL_VERSION = 1;

/** Bytes. A peer that is not signed in may make us buffer this much and no more. */
export const RECORD_MAX_BEFORE_AUTH = 16 * 1024;
/** Bytes. One record after sign-in; a page of history with its envelope fits with room to spare. */
export const RECORD_MAX = 1024 * 1024;
/** Bytes of `length:u32` before a record and of `length:u24 | type:u8` before a frame. */
export const RECORD_HEADER = 4;
export const FRAME_HEADER = 4;
/** Bytes of one AES-256-GCM tag (NIST SP 800-38D, the longest). */
export const TAG_SIZE = 16;
/** Bytes of every id: user, room, device, session, message. */
export const ID_SIZE = 16;
/** Levels of nested CBOR containers. */
export const CBOR_DEPTH = 8;

/** PBKDF2-HMAC-SHA-256 rounds: the figure OWASP gives for this hash. Constant in protocol 1. */
export const PBKDF2_ITERATIONS = 600_000;

/** A direction's key is replaced after this many records, bytes or milliseconds, whichever comes first. */
export const REKEY_RECORDS = 2 ** 20;
export const REKEY_BYTES = 4 * 1024 ** 3;
export const REKEY_AFTER_MS = 60 * 60_000;

/** Bytes of a message body as the server sees it. */
export const BODY_MAX = 64 * 1024;
/** Characters of a room name, of a device name, of a reason. */
export const ROOM_NAME_MAX = 64;
export const DEVICE_NAME_MAX = 64;
/** Characters of a room's topic and of a status text. */
export const TOPIC_MAX = 200;
export const STATUS_MAX = 100;
/** Characters of a link. */
export const LINK_MAX = 512;
/** Rooms of one `room_page`, people of one `room_people`. */
export const DIRECTORY_PAGE = 100;
export const PEOPLE_PAGE = 500;
/** In a room of more members than this nobody is told how far the others have read: it would be members × members frames. */
export const MARKS_MEMBERS_MAX = 128;
/** Mentions of one message. */
export const MENTIONS_MAX = 64;
/** Rooms of one user, and so entries of one `sync`. */
export const ROOMS_MAX = 200;
/** Messages of one `page`, and bytes of one `page` or `roster`. */
export const PAGE_MESSAGES = 200;
export const PAGE_BYTES = 256 * 1024;

/** Bytes of plaintext in one chunk of a file, and of that chunk sealed: nonce 12, tag 16. Offsets are multiples of the latter. */
export const CHUNK_SIZE = 64 * 1024;
export const SEALED_CHUNK_SIZE = 12 + CHUNK_SIZE + TAG_SIZE;
/** Bytes of a file that travels in its message's body. */
export const INLINE_MAX = 32 * 1024;
/** The same over UDP, where a second connection is what one wants to avoid. */
export const INLINE_MAX_UDP = 51_200;
/** Characters of a file's name, and of its type. */
export const FILE_NAME_MAX = 255;
export const FILE_TYPE_MAX = 127;
/** Bytes of a picture's likeness and of a sound's loudness. */
export const THUMBHASH_MAX = 32;
export const WAVEFORM_MAX = 128;
/** Files of one `file_query`. */
export const FILES_PAGE = 100;
/** Milliseconds until a slot that nobody attached to is gone, and of silence on a data connection. */
export const ATTACH_WITHIN_MS = 10_000;
export const DATA_SILENCE_MS = 45_000;

/** Milliseconds. `auth_begin` is due this long after the connection opened, the end of the handshake after that. */
export const AUTH_BEGIN_WITHIN_MS = 10_000;
export const AUTH_WITHIN_MS = 30_000;
/** Milliseconds of silence before a ping, and before the connection counts as dead. */
export const PING_AFTER_MS = 15_000;
export const DEAD_AFTER_MS = 45_000;

/** Bytes of one datagram: below the smallest path MTU of IPv6 (1,280) with its headers. */
export const DATAGRAM_MAX = 1_200;
/** Bytes of a datagram's header: flags, connection id, packet number. */
export const CONNECTION_ID_SIZE = 8;
export const PACKET_NUMBER_SIZE = 6;
export const DATAGRAM_HEADER = 1 + CONNECTION_ID_SIZE + PACKET_NUMBER_SIZE;
/** Bytes of a message in one datagram, and fragments of one message. */
export const FRAGMENT_MAX = 1_120;
export const FRAGMENTS_MAX = 64;
/** Messages and bytes of messages that one direction of an association may have under way. */
export const UDP_MESSAGES_MAX = 8;
export const UDP_MESSAGE_BYTES_MAX = 256 * 1024;
/** Ranges of one ACK frame, and the bytes of such a frame. */
export const ACK_RANGES_MAX = 32;
export const UDP_ACK_MAX = 14 + 4 * (ACK_RANGES_MAX - 1);
/** Packet numbers below the highest that are still told apart (RFC 6479). */
export const REPLAY_WINDOW = 4_096;
/** A direction's key is replaced after this many packets or milliseconds; the old one is known for so long after. */
export const EPOCH_PACKETS = 2 ** 20;
export const EPOCH_MS = 15 * 60_000;
export const EPOCH_KEPT_MS = 30_000;
/** Milliseconds of silence before a datagram keeps the way through address translators open; and where such a one forgets sooner. */
export const UDP_KEEPALIVE_MS = 15_000;
export const UDP_KEEPALIVE_MIN_MS = 5_000;
/** Milliseconds without pings that a client may ask of the relay, to measure how long a translator remembers. */
export const UDP_SILENCE_MAX = 5 * 60_000;
/** Milliseconds between two `udp_stat`. */
export const UDP_STAT_EVERY_MS = 5_000;

// --- Implementation constants ------------------------------------------------------------------
/** Bytes. What is queued in one turn of the event loop is sealed together up to here (a seal costs the same whatever its size). */
export const COALESCE_BYTES = 64 * 1024;
/** Sends a client may have unacknowledged, and sends a server holds back for a missing `n`. */
export const UNACKED_MAX = 256;
/** A session that reads slower than this is closed with `slow_consumer` and resumes later. */
export const SEND_QUEUE_BYTES = 1024 * 1024;
export const SEND_QUEUE_FRAMES = 4096;
/** Frames per second and burst of one session, of any type. */
export const FRAME_RATE = 50;
export const FRAME_BURST = 200;
/** `send` frames per second and burst of one session. A server may change both and tells the client in `auth_ok`. */
export const SEND_RATE = 5;
export const SEND_BURST = 20;
/** Sessions of one account: more than anybody has devices, and no one account can fill the house. */
export const SESSIONS_PER_USER = 32;
/** Connections that are not signed in: all of them, and per address (IPv6 per /64). */
export const UNAUTHENTICATED_MAX = 256;
export const UNAUTHENTICATED_PER_ADDRESS = 16;
/** Tries of one name from one address before a pause, and that pause. */
export const LOGIN_TRIES = 5;
export const LOGIN_PAUSE_MS = 60_000;
/** Tries of one name from anywhere before a pause: a guessing network of machines must not have unlimited tries. */
export const LOGIN_TRIES_PER_NAME = 100;
export const LOGIN_NAME_PAUSE_MS = 10 * 60_000;
/** OPAQUE jobs waiting for a worker thread before newcomers are told `full`. */
export const OPAQUE_QUEUE = 64;
/** Milliseconds a ticket lives, and lives since its last use with "remember me". */
export const TICKET_MS = 24 * 60 * 60_000;
export const TICKET_REMEMBERED_MS = 30 * 24 * 60 * 60_000;
/** Bytes of one file by default (the server may say otherwise in `auth_ok`). */
export const FILE_MAX = 50 * 1024 * 1024;
/** Milliseconds until an upload that nothing came for is given up. */
export const UPLOAD_IDLE_MS = 24 * 60 * 60_000;
