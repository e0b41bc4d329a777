using System;
using System.Collections.Generic;
using System.Globalization;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// An effects file (<c>*.kmeffects</c>): the verdicts on the members of some assemblies. Lines, of which the first is <c>kmeffects 1</c>:
/// <code>
/// R new string                     a reason; the first is number 0
/// N M:System.Object.ToString box   what of type arguments is used (TypeArgumentNeeds); the first is number 0
/// A System.Private.CoreLib 0d5…    an assembly and the identity of its build; its types follow
/// T System.String                  a type; its members follow
/// ANN 0 Substring(System.Int32)    verdicts (allocates, throws, blocks), the reason's number or nothing, the documentation id in the type
/// TNN 3:0 IndexOf``1(…)            behind a colon, the number of what is used of type arguments
/// </code>
/// The text is kept as it is; a type's lines are read when somebody asks for one of its members.
/// </summary>
internal sealed class EffectsFile
{
    public const string Header = "kmeffects 1";

    private readonly string _text;
    private readonly List<string> _reasons = [];
    private readonly List<string> _needs = [];
    private readonly List<EffectsFileAssembly> _assemblies = [];
    private readonly Dictionary<string, Section> _sections = new(StringComparer.Ordinal);

    private EffectsFile(string text)
    {
        _text = text;
        IsValid = text.StartsWith(Header, StringComparison.Ordinal);
        if (IsValid)
            Index();
    }

    /// <summary>Whether it is one, of a version that is known. Nothing is known from others.</summary>
    public bool IsValid { get; }

    /// <summary>Of which assemblies it is.</summary>
    public IReadOnlyList<EffectsFileAssembly> Assemblies => _assemblies;

    public static EffectsFile Parse(string text) => new(text);

    /// <summary>What is said of a member.</summary>
    /// <param name="assembly">Where the member is. Where it does not say, or has moved since, any assembly's type of that name will do.</param>
    /// <param name="type">The documentation id of its type, without <c>T:</c>.</param>
    /// <param name="member">The rest of its own.</param>
    /// <param name="effects">What is said.</param>
    public bool TryGet(string assembly, string type, string member, out MemberEffects effects)
    {
        effects = default;
        if (!_sections.TryGetValue(type, out Section? first))
            return false;

        Section section = first;
        for (Section? other = first; other is not null; other = other.Next)
        {
            if (other.Assembly == assembly)
                section = other;
        }

        return section.Members(this).TryGetValue(member, out effects);
    }

    private void Index()
    {
        string assembly = "";
        Section? current = null;
        for (int start = 0; start < _text.Length; start = EndOf(start) + 1)
        {
            if (start + 2 > _text.Length || _text[start + 1] != ' ')
                continue;

            if (current is not null)
                current.End = start;
            current = null;
            string rest = Line(start).Substring(2);
            switch (_text[start])
            {
                case 'R':
                    _reasons.Add(rest);
                    break;
                case 'N':
                    _needs.Add(rest);
                    break;
                case 'A':
                    string[] parts = rest.Split(' ');
                    assembly = parts[0];
                    _assemblies.Add(new EffectsFileAssembly(assembly, parts.Length > 1 && Guid.TryParse(parts[1], out Guid mvid) ? mvid : default));
                    break;
                case 'T':
                    current = new Section(assembly, EndOf(start) + 1, _text.Length);
                    AddSection(rest, current);
                    break;
            }
        }
    }

    private void AddSection(string type, Section section)
    {
        if (_sections.TryGetValue(type, out Section? first))
        {
            section.Next = first.Next;
            first.Next = section;
        }
        else
        {
            _sections.Add(type, section);
        }
    }

    private int EndOf(int start)
    {
        int end = _text.IndexOf('\n', start);
        return end < 0 ? _text.Length : end;
    }

    private string Line(int start) => _text.Substring(start, EndOf(start) - start).TrimEnd('\r');

    private Dictionary<string, MemberEffects> Read(int start, int end)
    {
        Dictionary<string, MemberEffects> members = new(StringComparer.Ordinal);
        for (; start < end; start = EndOf(start) + 1)
        {
            string line = Line(start);
            int name = line.Length > 4 ? line.IndexOf(' ', 4) : -1;
            if (name < 0)
                continue;

            string numbers = line.Substring(4, name - 4);
            int colon = numbers.IndexOf(':');
            string reason = At(_reasons, colon < 0 ? numbers : numbers.Substring(0, colon));
            if (EffectLetters.TryParse(line, 0, reason, out MemberEffects effects))
                members[line.Substring(name + 1)] = colon < 0 ? effects : effects with { Needs = At(_needs, numbers.Substring(colon + 1)) };
        }

        return members;
    }

    private static string At(List<string> texts, string number)
        => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < texts.Count ? texts[index] : "";

    /// <summary>A type's lines.</summary>
    private sealed class Section(string assembly, int start, int end)
    {
        private volatile Dictionary<string, MemberEffects>? _members;

        public string Assembly { get; } = assembly;

        public int End { get; set; } = end;

        /// <summary>Another assembly's type of the same name.</summary>
        public Section? Next { get; set; }

        public Dictionary<string, MemberEffects> Members(EffectsFile file) => _members ??= file.Read(start, End);
    }
}

/// <summary>An assembly that an effects file is of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mvid">Which build of it.</param>
internal readonly record struct EffectsFileAssembly(string Name, Guid Mvid);
