import { Injectable } from '@nestjs/common';
import passport from 'passport';

/** The strategies of one node. Passport's own registry is the process's: of two nodes in one, the later would answer for both. */
@Injectable()
export class Strategies extends passport.Passport {}
