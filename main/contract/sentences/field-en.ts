/** What is wrong with what a page or a script sent, as in `engine-en.ts`. */
export const fieldSentences = {
  'field-missing': 'the field {field} is missing',
  'field-empty': '{field} is empty',
  'field-least': '{field} must be at least {least}',
  'field-above': '{field} must be more than {least}',
  'field-most': '{field} may be at most {most}',
  'field-too-long': '{field} is too long; at most {most} fit',
  'field-too-short': '{field} is too short; at least {least} are needed',
  'field-whole': '{field} must be a whole number',
  'field-number': '{field} must be a number',
  'field-kind': '{field} has a value of the wrong kind',
  'field-choice': '{field} must be one of: {list}',
  'field-form': '{field} is not in the form it must have',
  'field-unknown': 'there is no field {field}',
  'too-many-requests': 'Too many requests at once',
  'connection-lost': 'The connection to Drydock was lost',
  'field-problem': 'The field {field} is refused: {~why}',
} as const
