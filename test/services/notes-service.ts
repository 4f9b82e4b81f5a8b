import { Controller, Get, Module, Post, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CurfewGuard, CurfewModule, Principal, Public, RequireRole, type CurfewModuleOptions } from 'curfew/client';

/** What a team would write: nothing in it knows of sessions but the names from `curfew/client`. */
@Controller()
class NotesController {
  @Get('whoami')
  whoami(@Principal() principal: Principal): object {
    return { userId: principal.userId, username: principal.username, roles: principal.roles };
  }

  @Post('notes')
  write(@Principal() { userId }: Principal): object {
    return { author: userId };
  }

  @RequireRole('admin')
  @Get('everything')
  readAll(): object {
    return { notes: [] };
  }

  @Public()
  @Get('about')
  about(@Principal() principal?: Principal): object {
    return { isKnown: principal !== undefined };
  }
}

/** Open as a class, but for the one handler that asks for a role. */
@Public()
@Controller('board')
class BoardController {
  @Get()
  read(): object {
    return {};
  }

  @RequireRole('admin')
  @Get('drafts')
  readDrafts(): object {
    return {};
  }
}

/** A role for all of it, and one handler that is open. */
@RequireRole('admin')
@Controller('office')
class OfficeController {
  @Get()
  enter(): object {
    return {};
  }

  @Public()
  @Get('hours')
  hours(): object {
    return {};
  }
}

@Module({})
export class NotesService {
  /** Every route is closed but the `@Public()` ones. */
  static of(options: CurfewModuleOptions): DynamicModule {
    return {
      module: NotesService,
      imports: [CurfewModule.forRoot(options)],
      controllers: [NotesController, BoardController, OfficeController],
      providers: [{ provide: APP_GUARD, useExisting: CurfewGuard }],
    };
  }
}
