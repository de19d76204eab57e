// Builds the touch screen into `dist`, which the kiosk embeds. Every file under /assets carries a hash of its content, so that the
// server may let browsers keep it for ever.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['KIOSK_URL'] ?? 'http://127.0.0.1:8081';

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
