// What files of this profile are made of, where more than one of them has it.
import * as v from 'valibot';

export const hexText = (bytes: number) => v.pipe(v.string(), v.regex(/^[0-9a-f]*$/), v.length(bytes * 2));
/** Unix milliseconds. */
export const timeMs = v.pipe(v.number(), v.integer());
