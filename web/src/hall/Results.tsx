import { Button, Empty, Skeleton } from 'antd';
import { useLanguage } from '../shell/language';
import { CaseActions } from './CaseActions';
import { Listed } from './Listed';
import { OpenCases } from './OpenCases';
import { PrintMenu } from './PrintMenu';
import { Told } from './Told';
import { Trouble } from './Trouble';
import type { Desk } from './useDesk';

/** What the registers tell: nothing yet, on its way, refused, in part, or a line for each material. */
export function Results({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const { check, former } = desk;
  const isWaiting = check.kind === 'waiting';
  return (
    <section className="results" aria-labelledby="results-title" aria-busy={isWaiting}>
      <header className="results-head">
        <h2 id="results-title" tabIndex={-1}>{say({ zh: '核验结果', en: 'Results' })}</h2>
        {former !== null && (
          <div className="results-actions">
            <PrintMenu desk={desk} checks={former} />
            <CaseActions desk={desk} />
            <Button aria-keyshortcuts="Alt+N" onClick={desk.next}>
              {say({ zh: '下一位', en: 'Next person' })} <kbd>Alt N</kbd>
            </Button>
          </div>
        )}
      </header>
      {isWaiting && (
        <p className="waiting">
          <span className="turning" aria-hidden="true" />
          {say({ zh: '正在向各登记库核验…', en: 'Asking the registers…' })}
        </p>
      )}
      <div role="alert">
        <Trouble asked={check} onRetry={() => void desk.run()} />
      </div>
      {former !== null ? (
        <Told desk={desk} checks={former} isOld={isWaiting || desk.stale} />
      ) : isWaiting ? (
        <div className="skeletons" aria-hidden="true">
          {[1, 2, 3, 4].map((one) => (
            <Skeleton key={one} active title={{ width: '40%' }} paragraph={{ rows: 1 }} />
          ))}
        </div>
      ) : (
        <>
          {check.kind === 'idle' && <Nothing desk={desk} />}
          {desk.chosen.length === 0 ? check.kind === 'idle' && <OpenCases desk={desk} /> : <AllListed desk={desk} />}
        </>
      )}
    </section>
  );
}

/** Before the first check: what to do, and what is under way. */
function Nothing({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  return (
    <div className="nothing">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          desk.matter === null
            ? say({ zh: '先选择事项，再录入或扫描证件号码。', en: 'Choose a matter, then enter or scan the codes.' })
            : desk.opened !== null
              ? say({ zh: '当事人已按办件填好，请核验材料。', en: 'Filled in as the case names them: check the materials.' })
              : say({ zh: '录入或扫描当事人证件号码，然后核验材料。', en: 'Enter or scan the codes, then check the materials.' })
        }
      >
        <p className="hint">
          {say({
            zh: '能从登记库取得的材料，不得再要求当事人提交（第16条第2款）。',
            en: 'What the registers can give is not to be asked of the citizen again (Art. 16 ¶2).',
          })}
        </p>
      </Empty>
    </div>
  );
}

/** What may not be asked for is known before the registers answer, and where they do not. */
function AllListed({ desk }: { readonly desk: Desk }) {
  return desk.chosen.map((one) => (
    <Listed key={one.code} matter={one} situations={desk.draft.situations} isOneOfSeveral={desk.chosen.length > 1} />
  ));
}
