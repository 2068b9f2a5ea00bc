/** What the server's interface takes and gives, as types: `import type { Job } from 'pawl/api'`. */
export type { OrderAnswer, RetryAnswer } from './control.ts';
export type { DocumentDetail, DocumentList, DocumentSummary, FailureCounts, RecentDocuments } from './document.ts';
export type { Health } from './health.ts';
export type { History, HistoryItem } from './history.ts';
export type { Job, JobList, JobSummary } from './job.ts';
export type { Parse } from './parse.ts';
export type { Problem } from './problem.ts';
export type { LinkageList, StorylineItem, StorylineList, StorylineMapView } from './storyline.ts';
export type { Submission } from './submission.ts';
