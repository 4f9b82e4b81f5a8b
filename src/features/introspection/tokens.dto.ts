import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength } from 'class-validator';

/** Tokens in one question. */
export const MOST_TOKENS = 500;

export class TokensBody {
  /**
   * Up to 500, of every contract.
   * @example ['cfs_AZqj8nwefTqbHy9MXW5_gAGao_KNL35LjCo6W2x9jp8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']
   */
  @MaxLength(4_096, { each: true })
  @IsString({ each: true })
  @ArrayMaxSize(MOST_TOKENS)
  @ArrayMinSize(1)
  @IsArray()
  tokens!: string[];
}
