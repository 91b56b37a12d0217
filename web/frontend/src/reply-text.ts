/** A reply is plain text with blank lines, "- " and "1. " lists. This finds them; it knows no other markup. */

export interface Block {
  kind: 'paragraph' | 'bullets' | 'steps';
  lines: string[];
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
    const [kind, content] = lineOf(line);
    const last = blocks.at(-1);
    if (follows && last?.kind === kind) last.lines.push(content);
    else blocks.push({ kind, lines: [content] });
    follows = true;
  }
  return blocks;
}

function lineOf(line: string): [Block['kind'], string] {
  const bullet = /^[-*•] +(.+)$/.exec(line);
  if (bullet?.[1]) return ['bullets', bullet[1]];
  const step = /^\d{1,2}[.)] +(.+)$/.exec(line);
  if (step?.[1]) return ['steps', step[1]];
  return ['paragraph', line];
}
