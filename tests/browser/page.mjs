// Drives the portal page in Chromium against a running server, as a citizen would: types, listens, talks, stops.
//
//   node tests/browser/page.mjs BASE_URL CHROMIUM WAV [--language en] [--question TEXT] [--hold-ms 4000]
//                               [--wait-ms 60000] [--screenshots DIR]
//
// WAV is the citizen's voice, 48 kHz mono: the browser's fake microphone plays it once. Needs `npm ci` in web/frontend.
// Prints one line of JSON: {ok, checks: {name: true | what went wrong}, ms, ...}. Exit code 1 if a check failed.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

// This script lies beside the tests, its packages beside the front end.
const require = createRequire(new URL('../../web/frontend/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const QUESTIONS = { en: 'How much does the Digital Mobile Key cost?', pt: 'Quanto custa a Chave Móvel Digital?' };
const APPROVED = { en: 'Approved answer', pt: 'Resposta aprovada' };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    language: { type: 'string', default: 'en' },
    question: { type: 'string' },
    'hold-ms': { type: 'string', default: '4000' },
    'wait-ms': { type: 'string', default: '60000' },
    screenshots: { type: 'string' },
  },
});
const [baseUrl, executablePath, wav] = positionals;
if (!baseUrl || !executablePath || !wav || !(options.language in QUESTIONS)) {
  console.error('usage: node page.mjs BASE_URL CHROMIUM WAV [--language en|pt] [--question TEXT] [--hold-ms N] [--wait-ms N] [--screenshots DIR]');
  process.exit(2);
}
const question = options.question ?? QUESTIONS[options.language];
const timeout = Number(options['wait-ms']);
if (options.screenshots) mkdirSync(options.screenshots, { recursive: true });

const checks = {};
const ms = {};
const problems = []; // console errors, exceptions, failed requests
let page;

/** One check: a thrown error is what went wrong, and the others go on. */
async function check(name, run) {
  const start = performance.now();
  try {
    await run();
    checks[name] = true;
  } catch (error) {
    checks[name] = String(error.message ?? error).split('\n').slice(0, 4).join(' ');
  }
  ms[name] = Math.round(performance.now() - start);
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

/** Waits until the page's mirrored state (the data attributes of <html>) passes `test`. Polls from here: the page's policy forbids eval. */
async function until(what, test) {
  const end = performance.now() + timeout;
  for (;;) {
    const now = await state();
    if (test(now)) return;
    if (performance.now() > end) throw new Error(`not ${what} within ${timeout} ms: ${JSON.stringify(now)}`);
    await page.waitForTimeout(25);
  }
}

const state = () => page.evaluate(() => ({ ...document.documentElement.dataset }));
const screenshot = (name) => options.screenshots && page.screenshot({ path: resolve(options.screenshots, `${name}.png`) });

async function violations() {
  await page.evaluate(axe); // by the debugger: the page's policy forbids adding a script, as it should
  const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
}

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${resolve(wav)}%noloop`,
  ],
});
try {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.addInitScript(() => {
    window.policyViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });

  await check('opens under a strict policy', async () => {
    const response = await page.goto(baseUrl);
    expect(response.status() === 200, `status ${response.status()}`);
    const policy = response.headers()['content-security-policy'] ?? '';
    expect(/script-src 'self'/.test(policy) && !/unsafe/.test(policy), `policy: ${policy || 'none'}`);
  });
  await check('becomes ready', () => until('ready', (data) => data.status === 'ready'));

  await check('changes its language', async () => {
    for (const [language, title] of [['pt', 'Assistente do portal do cidadão'], ['en', 'Citizen portal assistant']]) {
      await page.locator(`[data-language="${language}"]`).click();
      expect((await page.title()) === title && (await page.getAttribute('html', 'lang')) === language, `no ${language}`);
    }
    await page.locator(`[data-language="${options.language}"]`).click();
  });

  const replies = page.locator('.reply');
  await check('answers a typed question', async () => {
    await page.locator('#question').fill(question);
    await page.keyboard.press('Enter');
    await until('answered', (data) => data.turns === '1' && data.ending !== '');
    const { ending, outcome } = await state();
    expect(ending === 'complete' && outcome === 'faq', `ending ${ending}, outcome ${outcome}`);
    expect((await page.locator('.asked').last().innerText()).includes(question), 'the question is not shown');
    const reply = await replies.last().innerText();
    expect(reply.includes(APPROVED[options.language]), `no label: ${reply.slice(0, 80)}`);
    expect((await replies.last().locator('.sources a[href^="http"]').count()) > 0, 'no sources');
  });
  await check('speaks the answer', async () => {
    await until('playing', (data) => Number(data.playedMs) > 0);
    await screenshot('speaking');
    await until('ready again', (data) => data.playback === 'idle' && data.status === 'ready');
    ms.played = Number((await state()).playedMs);
  });

  await check('hears a spoken question', async () => {
    const button = await page.locator('#talk').boundingBox();
    await page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
    await page.mouse.down();
    try {
      await until('listening', (data) => data.status === 'listening');
      await page.waitForTimeout(Number(options['hold-ms']) - 300);
      await screenshot('listening');
      await page.waitForTimeout(300);
    } finally {
      await page.mouse.up();
    }
    const released = performance.now();
    await until('heard', (data) => data.turns === '2' && (data.asked !== '' || data.unheard === 'true' || data.ending !== ''));
    ms.heard = Math.round(performance.now() - released);
    checks.heard = (await state()).asked;
    expect(checks.heard !== '', `nothing heard: ${JSON.stringify(await state())}`);
    await until('answered', (data) => data.turns === '2' && data.ending !== '');
    expect((await state()).ending === 'complete', JSON.stringify(await state()));
  });
  const heard = checks.heard ?? '';
  delete checks.heard;

  await check('falls silent when stopped', async () => {
    await page.locator('#question').fill(question);
    await page.keyboard.press('Enter');
    await until('speaking', (data) => data.turns === '3' && data.status === 'speaking');
    const start = performance.now();
    await page.locator('#stop').click();
    await until('silent', (data) => data.playback === 'idle' && data.status === 'ready');
    ms.silent = Math.round(performance.now() - start);
  });

  await check('talks by keyboard', async () => {
    await page.locator('#talk').focus();
    await page.keyboard.down('Space');
    try {
      await until('listening', (data) => data.status === 'listening');
      await page.keyboard.press('Escape');
      await until('ready', (data) => data.status === 'ready' && data.turns === '3');
    } finally {
      await page.keyboard.up('Space');
    }
  });

  await check('writes only when asked to', async () => {
    await page.locator('#aloud').uncheck();
    await page.locator('#question').fill(question);
    await page.keyboard.press('Enter');
    await until('answered', (data) => data.turns === '4' && data.ending === 'complete');
    await page.waitForTimeout(300);
    expect((await state()).status === 'ready', `still ${(await state()).status}`);
  });

  for (const language of ['en', 'pt']) {
    await page.locator(`[data-language="${language}"]`).click();
    for (const colorScheme of ['light', 'dark']) {
      // Without motion: a colour in the middle of a transition would be measured.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await check(`accessible: ${language}, ${colorScheme}`, async () => {
        const found = await violations();
        await screenshot(`${language}-${colorScheme}`);
        expect(found.length === 0, found.join(' | '));
      });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 640 });
    await check(`narrow: ${language}`, async () => {
      await screenshot(`${language}-320`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide <= 0, `${wide} px too wide`);
      const found = await violations();
      expect(found.length === 0, found.join(' | '));
    });
    await page.setViewportSize({ width: 1100, height: 900 });
  }

  await check('no errors', async () => {
    const all = [...problems, ...(await page.evaluate(() => window.policyViolations))];
    expect(all.length === 0, all.join(' | '));
  });

  const ok = Object.values(checks).every((result) => result === true);
  console.log(JSON.stringify({ ok, checks, question, heard, ms, browser: browser.version() }));
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.log(JSON.stringify({ ok: false, checks, error: String(error), ms }));
  process.exitCode = 1;
} finally {
  await browser.close();
}
