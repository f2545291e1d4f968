import { countryCodes } from '@/lib/countries'
import type { Entity, Field } from './catalog'
import { DaysValue, DayValue } from './day-values'
import { ListValue } from './list-value'
import type { RuleNode } from './model'
import { controlOf } from './operators'
import {
  NumberValue, OptionValue, PeriodValue, RangeValue, ShareValue, TextValue, UnitsValue, UnitValue, YesValue, type ValueProps,
} from './value-controls'

interface Props {
  row: RuleNode
  field: Field
  entity: Entity
  label: string
  change: (change: Partial<RuleNode>, typing?: boolean) => void
}

/** Value is the control that fits the field and the operator of a row. */
export function Value({ row, field, entity, label, change }: Props) {
  const control = controlOf(field.kind, row.operator)
  const props: ValueProps = {
    id: row.id, field, operator: row.operator, value: row.value, label,
    change: (value, typing) => change({ value }, typing),
  }
  switch (control) {
    case 'none':
      return null
    case 'texts':
    case 'numbers':
      return <ListValue {...props} entity={entity} />
    case 'number':
    case 'count':
      return <NumberValue {...props} />
    case 'range':
      return <RangeValue {...props} />
    case 'day':
      return <DayValue {...props} />
    case 'days':
      return <DaysValue {...props} />
    case 'period':
      return <PeriodValue {...props} />
    case 'unit':
      return <UnitValue {...props} />
    case 'units':
      return <UnitsValue {...props} />
    case 'yes':
      return <YesValue {...props} />
    case 'share':
      return <ShareValue {...props} salt={row.salt} changeSalt={(salt) => change({ salt }, true)} />
    default: {
      const options = field.kind === 'country' ? countryCodes : field.options
      return options ? <OptionValue {...props} options={options} /> : <TextValue {...props} />
    }
  }
}
