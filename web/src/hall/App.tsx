import { lazy, Suspense } from 'react';
import { Entrance, Loading } from '../shared/Entrance';
import { PAGE } from './words';

/** The component library comes only once somebody has come in. */
const Hall = lazy(() => import('./Hall'));

export function App() {
  return (
    <Entrance page={PAGE} asksPurpose={false}>
      {({ door, onLeave }) => (
        <Suspense fallback={<Loading />}>
          <Hall door={door} onLeave={onLeave} />
        </Suspense>
      )}
    </Entrance>
  );
}
