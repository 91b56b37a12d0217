/** A reply is plain text with blank lines, "- " and "1. " lists. This finds them; it knows no other markup. */

export interface Block {
  kind: 'paragraph' | 'bullets' | 'steps';
  lines: string[];
  /** The number of its first step. */
  start?: number;
}

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let follows = false; // whether the line above belongs to the last block
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '') {
      follows = false;
      continue;
    }
    const found = lineOf(line);
    const last = blocks.at(-1);
    if (follows && last?.kind === found.kind) last.lines.push(...found.lines);
    else blocks.push(found);
    follows = true;
  }
  return blocks;
}

function lineOf(line: string): Block {
  const bullet = /^[-*•] +(.+)$/.exec(line);
  if (bullet?.[1]) return { kind: 'bullets', lines: [bullet[1]] };
  const step = /^(\d{1,2})[.)] +(.+)$/.exec(line);
  if (step?.[2]) return { kind: 'steps', lines: [step[2]], start: Number(step[1]) };
  return { kind: 'paragraph', lines: [line] };
}
