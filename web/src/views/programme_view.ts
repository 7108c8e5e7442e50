// A site programme: which of its tables stand with which figures.
import type { View } from './view';

const view: View = {
  order: ['Capacity', 'Schedule', 'Power', 'Money', 'Levers', 'Runs', 'Network', 'Funding', 'Companies'],
  tables: {
    Capacity: ['milestones', 'hindsight', 'bounds'],
    Schedule: ['hanging_days'],
    Power: ['energy/supply'],
    Money: ['contracts', 'money/by_counterparty', 'money/by_cause', 'not_counted'],
    Funding: ['funded', 'what_falls', 'funded_power', 'gap'],
    Companies: ['companies', 'company_contracts'],
    Levers: ['lever_pairs', 'drivers', 'causes'],
    Runs: ['runs', 'run_costs', 'fewer_are_faster'],
    Network: ['network_bill'],
  },
  withFigures: ['Levers'],
  headings: {
    milestones: 'Milestones',
    hindsight: 'Forecast and what happened',
    bounds: 'What bound before each milestone (inputs at their medians)',
    hanging_days: 'Days that hang on events',
    'money/by_counterparty': 'Who is paid and pays, over the forecast (inputs at their medians)',
    'money/by_cause': 'What it is paid for, over the forecast (inputs at their medians)',
    funded: 'What is paid for, and what waits for money',
    what_falls: 'What falls with each commitment (inputs at their medians)',
    funded_power: 'Power of the commitments at the end of each year',
    gap: 'What is due by quarter, what comes in, and the gap',
    company_contracts: 'Contracts between companies (inputs at their medians)',
    not_counted: 'Not counted: no price is known',
    runs: 'Training runs',
    network_bill: 'Networks: what they are built of',
  },
};

export default view;
