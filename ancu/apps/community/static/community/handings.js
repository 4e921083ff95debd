/**
 * What is sent of one: the phone's own time of signing goes with it.
 * @param {Entry} entry
 * @param {Values} values
 */
export const signed = (entry, values) => ({ ...values, signed_at: new Date(entry.keyed).toISOString() });
