import { Entrance } from '../shared/Entrance';
import { Catalogue } from './Catalogue';
import { PAGE } from './words';

export function App() {
  return (
    <Entrance page={PAGE} asksPurpose={false}>
      {({ door, onLeave }) => <Catalogue door={door} onLeave={onLeave} />}
    </Entrance>
  );
}
