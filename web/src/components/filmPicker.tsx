import { useEffect, useState } from 'preact/hooks';
import { titled } from '../format.ts';
import { useQuery } from '../graphql/useQuery.ts';
import { Combobox } from './combobox.tsx';
import { filmsLike, filmTitle } from './filmPicker.operations.ts';
import { useLater } from './useLater.ts';

interface FilmPickerProps {
  /** What is chosen already. */
  readonly movieId: string;
  onChoose(movieId: string): void;
}

/** One film out of all, by a part of its title. */
export function FilmPicker({ movieId, onChoose }: FilmPickerProps) {
  const movie = useQuery(filmTitle, { id: movieId }).data?.movie;
  const chosen = movie ? titled(movie) : '';
  const [typed, setTyped] = useState(chosen);
  useEffect(() => setTyped(chosen), [chosen]);
  const title = useLater(typed.trim());
  const { data } = useQuery(filmsLike, title === '' || title === chosen ? null : { title });
  const films = title === chosen ? [] : (data?.movies.nodes ?? []);
  return (
    <Combobox
      label="Film"
      placeholder="Part of a title"
      value={typed}
      suggestions={films.map(titled)}
      onType={setTyped}
      onChoose={(text) => {
        const film = films.find((each) => titled(each) === text) ?? films[0];
        if (film !== undefined) onChoose(film.id);
      }}
    />
  );
}
