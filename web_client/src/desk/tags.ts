/** The rules of tags, as the server has them. */

export const MOST_TAGS = 20;
export const LONGEST_TAG = 40;

/** The tags with one more; the same list when the tag is blank, known or one too many. */
export function withTag(tags: string[], text: string): string[] {
  const tag = text.trim();
  if (tag === "" || [...tag].length > LONGEST_TAG || tags.includes(tag) || tags.length >= MOST_TAGS) return tags;
  return [...tags, tag];
}
