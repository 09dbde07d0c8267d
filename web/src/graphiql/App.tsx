import { lazy, Suspense } from 'react';
import { Entrance, Loading } from '../shared/Entrance';

// The editor is large; the first screen does not wait for it.
const Workbench = lazy(() => import('./Workbench'));

export function App() {
  return (
    <Entrance page={{ zh: '政务数据查询 · GraphiQL', en: 'Query page · GraphiQL' }} asksPurpose>
      {({ config, door, onLeave }) => (
        <Suspense fallback={<Loading />}>
          <Workbench key={door.client.id} config={config} door={door} onLeave={onLeave} />
        </Suspense>
      )}
    </Entrance>
  );
}
