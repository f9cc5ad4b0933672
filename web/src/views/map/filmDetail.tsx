import { Stars } from '../../components/stars.tsx';
import { Failure } from '../../components/states.tsx';
import { useRate } from '../../components/useRate.ts';
import { plural, points } from '../../format.ts';
import { useCatalogue } from '../../state/catalogue.ts';
import { hrefOf } from '../../state/route.ts';
import type { Film } from './films.ts';

interface FilmDetailProps {
  /** The one pointed at, or chosen. */
  readonly film: Film | null;
  readonly user: string;
  readonly onRated: () => void;
}

/** The film that is looked at, which the user can rate here. */
export function FilmDetail({ film, user, onRated }: FilmDetailProps) {
  const catalogue = useCatalogue();
  const rating = useRate(user, onRated);
  if (film === null) return <p class="film-detail note">Point at a film, or choose one, to see what it is.</p>;
  const { movie, name, sign } = film;
  const scale = catalogue.data?.dataset.scale;
  const given = rating.given.find((one) => one.movie.id === movie.id);
  return (
    <div class="film-detail">
      <p>
        <svg viewBox="-1.3 -1.3 2.6 2.6" width="16" height="16" aria-hidden="true">
          <path d={sign.path} fill={sign.colour} />
        </svg>{' '}
        <strong>{name}</strong> <span class="note">{movie.genres.join(', ')}</span>
      </p>
      <p class="note">
        {plural(movie.ratingCount, 'rating')}
        {movie.meanRating !== null && `, ${points(movie.meanRating)} on average`}
        {user !== '' && (
          <>
            {' · '}
            <a href={hrefOf('/why', { movie: movie.id })}>What {user} may think of it</a>
          </>
        )}
      </p>
      {user !== '' && scale && (
        <Stars
          title={movie.title}
          scale={scale}
          value={rating.pending(movie.id) ?? given?.rating ?? null}
          busy={rating.pending(movie.id) !== null}
          onRate={(value) => rating.rate(movie, value)}
        />
      )}
      {rating.error && <Failure message={rating.error.message} />}
    </div>
  );
}
