import { Checkbox, Input, Select } from 'antd';
import { USES } from '../shared/purpose';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { LACKING, type Statement } from './applications';
import type { Asked } from './ask';
import { isDay } from './draft';
import type { Matter } from './matter';

interface Props {
  readonly stated: Statement;
  readonly matters: Asked<readonly Matter[]>;
  readonly onState: (part: Partial<Statement>) => void;
}

/** What an application states beside its items; the same to each provider. */
export function ApplicationForm({ stated, matters, onState }: Props) {
  const { say } = useLanguage();
  const listed = matters.kind === 'read' ? matters.value : [];
  const isWrong = stated.validUntil !== '' && !isDay(stated.validUntil);
  return (
    <div className="apply-form">
      <div className="item wide">
        <label htmlFor="apply-duty">
          {say(LACKING.duty)}
          <span className="hint">{say({ zh: '法定职责及其条款；按事项的设定依据填好，可改', en: 'drafted from what the matter rests on; may be changed' })}</span>
        </label>
        <Input.TextArea
          id="apply-duty"
          autoFocus={stated.duty === ''}
          required
          autoSize={{ minRows: 1, maxRows: 3 }}
          maxLength={500}
          value={stated.duty}
          onChange={(event) => onState({ duty: event.target.value })}
        />
      </div>
      <div className="item">
        <label htmlFor="apply-purpose">{say(LACKING.purpose)}</label>
        <Input id="apply-purpose" required maxLength={500} value={stated.purpose} onChange={(event) => onState({ purpose: event.target.value })} />
      </div>
      <div className="item">
        <label htmlFor="apply-contact">
          {say(LACKING.contact)}
          <span className="hint">{say({ zh: '经办人的电话', en: "the handler's telephone" })}</span>
        </label>
        <Input
          id="apply-contact"
          autoFocus={stated.duty !== '' && stated.contact === ''}
          required
          maxLength={100}
          value={stated.contact}
          onChange={(event) => onState({ contact: event.target.value })}
        />
      </div>
      <fieldset className="item" id="apply-uses" tabIndex={-1}>
        <legend>{say(LACKING.uses)}</legend>
        <Checkbox.Group
          value={[...stated.uses]}
          options={USES.map(({ token, words }) => ({ value: token.toUpperCase().replaceAll('-', '_'), label: say({ zh: words.zh, en: headed(words.en) }) }))}
          onChange={(uses) => onState({ uses })}
        />
      </fieldset>
      <div className="item">
        <label htmlFor="apply-validUntil">
          {say(LACKING.validUntil)}
          <span className="hint">{say({ zh: '年-月-日', en: 'year-month-day' })}</span>
        </label>
        <Input
          id="apply-validUntil"
          required
          maxLength={10}
          inputMode="numeric"
          status={isWrong ? 'error' : ''}
          aria-invalid={isWrong}
          value={stated.validUntil}
          onChange={(event) => onState({ validUntil: event.target.value.trim() })}
        />
      </div>
      <div className="item wide">
        <label htmlFor="apply-matters">
          {say(LACKING.matters)}
          <span className="hint">{say({ zh: '只在这些事项中使用', en: 'used in these only' })}</span>
        </label>
        <Select
          id="apply-matters"
          className="whole"
          mode="multiple"
          showSearch={{ optionFilterProp: 'search' }}
          value={[...stated.matters]}
          notFoundContent={say({ zh: '没有这样的事项', en: 'No such matter' })}
          options={listed.map((one) => ({
            value: one.code,
            label: `${one.code} ${say({ zh: one.title, en: headed(one.titleEn) })}`,
            search: `${one.code} ${one.title} ${one.titleEn}`,
          }))}
          onChange={(chosen: string[]) => onState({ matters: chosen })}
        />
      </div>
    </div>
  );
}
