import { defineConfig } from 'vite';

export default defineConfig({
  // The server gives index.html at / and this whole folder at /static.
  base: '/static/',
  build: {
    outDir: '../static',
    emptyOutDir: true,
    // No data: URLs: the page's policy allows scripts, styles and worklets as files only.
    assetsInlineLimit: 0,
    // The polyfill is code for browsers that cannot run the rest of the page anyway.
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  // `npm run dev` shows the page at /static/ and talks to a server started beside it.
  // PAGE_SERVER: where that server is.
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': { target: process.env.PAGE_SERVER ?? 'http://127.0.0.1:8000', ws: true } },
  },
});
