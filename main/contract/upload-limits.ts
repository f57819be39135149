/** How much of an upload one message may carry: the longest request less what stands around the bytes. */
import { MAX_REQUEST_BYTES } from './codec.ts'

/** Bytes of all parts of one `upload.append`; paths and framing have the rest. */
export const UPLOAD_CHUNK_BYTES = MAX_REQUEST_BYTES / 2
/** Parts of one `upload.append`. */
export const UPLOAD_PARTS = 1000
