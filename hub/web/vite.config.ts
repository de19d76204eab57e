// Builds the moviegoer's web into `dist`, which the hub embeds. Every file under /assets carries a hash of its content, so that the
// server may let browsers keep it for ever.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['HUB_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    assetsDir: 'assets',
    // The content security policy lets fonts and styles come from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: true,
  },
  server: { proxy: { '/api': server } },
});
