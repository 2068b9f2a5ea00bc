import { render } from 'preact';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/batch.css';
import './styles/document.css';
import './styles/storylines.css';

const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no element #app');
render(<App />, place);
