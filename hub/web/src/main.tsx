// The moviegoer's web begins here.

import '@moding/ui/look.css';
import './web.css';

import { Announcer, LanguageProvider } from '@moding/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';

import { App } from './App';
import { HubProvider } from './hub';

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no #root');
}
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <Announcer>
        <HubProvider>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </HubProvider>
      </Announcer>
    </LanguageProvider>
  </StrictMode>,
);
