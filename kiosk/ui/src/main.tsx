// The kiosk's touch screen begins here.

import '@moding/ui/look.css';
import './kiosk.css';

import { Announcer, LanguageProvider } from '@moding/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';

import { App } from './App';
import { KioskProvider } from './kiosk';
import { DisplayProvider } from './display';

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no #root');
}
// A long press must not open the browser's own menu.
document.addEventListener('contextmenu', (event) => {
  event.preventDefault();
});
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <Announcer>
        <DisplayProvider>
          <KioskProvider>
            <BrowserRouter>
              <App />
            </BrowserRouter>
          </KioskProvider>
        </DisplayProvider>
      </Announcer>
    </LanguageProvider>
  </StrictMode>,
);
