import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** One html entry per page; a page `x` is served at `/x`, its files at `/assets/…` (web/pages.py). */
const pages = ['graphiql', 'catalogue', 'hall', 'receipts/verify'];

const isFont = /\.(ttf|woff2?)$/;

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The policy allows fonts from data addresses; everything else stays a file of its own.
    assetsInlineLimit: (file) => isFont.test(file),
    chunkSizeWarningLimit: 8000,
    rolldownOptions: {
      // React's compiler marks modules with a directive that means nothing in a bundle.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
      input: Object.fromEntries(pages.map((page) => [page.replace('/', '-'), `${page}.html`])),
    },
  },
});
