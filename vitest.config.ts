// Unit tests are pure: no browser, no server, no clock.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['shared/ui/src/**/*.test.ts', 'hub/web/src/**/*.test.ts', 'kiosk/ui/src/**/*.test.ts'],
    environment: 'node',
  },
});
