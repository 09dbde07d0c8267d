import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider } from '../shell/language';
import { App } from './App';
import '../shell/shell.css';
import './verify.css';

const root = document.getElementById('root');
if (root === null) throw new Error('verify.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);
