#include "schema/builtin_documents.hpp"

namespace schema {

namespace {

// XML 1.0 (2.10, 2.12), XML Base, xml:id.
constexpr std::string_view xml_document = R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang">
    <xs:simpleType>
      <xs:union memberTypes="xs:language">
        <xs:simpleType>
          <xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction>
        </xs:simpleType>
      </xs:union>
    </xs:simpleType>
  </xs:attribute>
  <xs:attribute name="space">
    <xs:simpleType>
      <xs:restriction base="xs:NCName">
        <xs:enumeration value="default"/><xs:enumeration value="preserve"/>
      </xs:restriction>
    </xs:simpleType>
  </xs:attribute>
  <xs:attribute name="base" type="xs:anyURI"/>
  <xs:attribute name="id" type="xs:ID"/>
  <xs:attributeGroup name="specialAttrs">
    <xs:attribute ref="xml:base"/>
    <xs:attribute ref="xml:lang"/>
    <xs:attribute ref="xml:space"/>
    <xs:attribute ref="xml:id"/>
  </xs:attributeGroup>
</xs:schema>
)";

// XLink 1.1: the attributes of chapter 5, and for each kind of element those of chapter 4.
constexpr std::string_view xlink_document = R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xlink="http://www.w3.org/1999/xlink"
           targetNamespace="http://www.w3.org/1999/xlink">
  <xs:simpleType name="typeType">
    <xs:restriction base="xs:token">
      <xs:enumeration value="simple"/><xs:enumeration value="extended"/>
      <xs:enumeration value="title"/><xs:enumeration value="resource"/>
      <xs:enumeration value="locator"/><xs:enumeration value="arc"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="hrefType"><xs:restriction base="xs:anyURI"/></xs:simpleType>
  <xs:simpleType name="roleType">
    <xs:restriction base="xs:anyURI"><xs:minLength value="1"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="arcroleType">
    <xs:restriction base="xs:anyURI"><xs:minLength value="1"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="titleAttrType"><xs:restriction base="xs:string"/></xs:simpleType>
  <xs:simpleType name="showType">
    <xs:restriction base="xs:token">
      <xs:enumeration value="new"/><xs:enumeration value="replace"/>
      <xs:enumeration value="embed"/><xs:enumeration value="other"/><xs:enumeration value="none"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="actuateType">
    <xs:restriction base="xs:token">
      <xs:enumeration value="onLoad"/><xs:enumeration value="onRequest"/>
      <xs:enumeration value="other"/><xs:enumeration value="none"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="labelType"><xs:restriction base="xs:NCName"/></xs:simpleType>
  <xs:simpleType name="fromType"><xs:restriction base="xs:NCName"/></xs:simpleType>
  <xs:simpleType name="toType"><xs:restriction base="xs:NCName"/></xs:simpleType>
  <xs:attribute name="type" type="xlink:typeType"/>
  <xs:attribute name="href" type="xlink:hrefType"/>
  <xs:attribute name="role" type="xlink:roleType"/>
  <xs:attribute name="arcrole" type="xlink:arcroleType"/>
  <xs:attribute name="title" type="xlink:titleAttrType"/>
  <xs:attribute name="show" type="xlink:showType"/>
  <xs:attribute name="actuate" type="xlink:actuateType"/>
  <xs:attribute name="label" type="xlink:labelType"/>
  <xs:attribute name="from" type="xlink:fromType"/>
  <xs:attribute name="to" type="xlink:toType"/>
  <xs:attributeGroup name="simpleAttrs">
    <xs:attribute ref="xlink:type" fixed="simple"/>
    <xs:attribute ref="xlink:href"/>
    <xs:attribute ref="xlink:role"/>
    <xs:attribute ref="xlink:arcrole"/>
    <xs:attribute ref="xlink:title"/>
    <xs:attribute ref="xlink:show"/>
    <xs:attribute ref="xlink:actuate"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="extendedAttrs">
    <xs:attribute ref="xlink:type" fixed="extended" use="required"/>
    <xs:attribute ref="xlink:role"/>
    <xs:attribute ref="xlink:title"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="titleAttrs">
    <xs:attribute ref="xlink:type" fixed="title" use="required"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="resourceAttrs">
    <xs:attribute ref="xlink:type" fixed="resource" use="required"/>
    <xs:attribute ref="xlink:role"/>
    <xs:attribute ref="xlink:title"/>
    <xs:attribute ref="xlink:label"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="locatorAttrs">
    <xs:attribute ref="xlink:type" fixed="locator" use="required"/>
    <xs:attribute ref="xlink:href" use="required"/>
    <xs:attribute ref="xlink:role"/>
    <xs:attribute ref="xlink:title"/>
    <xs:attribute ref="xlink:label"/>
  </xs:attributeGroup>
  <xs:attributeGroup name="arcAttrs">
    <xs:attribute ref="xlink:type" fixed="arc" use="required"/>
    <xs:attribute ref="xlink:arcrole"/>
    <xs:attribute ref="xlink:title"/>
    <xs:attribute ref="xlink:show"/>
    <xs:attribute ref="xlink:actuate"/>
    <xs:attribute ref="xlink:from"/>
    <xs:attribute ref="xlink:to"/>
  </xs:attributeGroup>
</xs:schema>
)";

// XML Signature Syntax and Processing, chapters 4 and 5.
constexpr std::string_view signature_document = R"(<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://www.w3.org/2000/09/xmldsig#"
           targetNamespace="http://www.w3.org/2000/09/xmldsig#" elementFormDefault="qualified">
  <xs:simpleType name="CryptoBinary"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
  <xs:simpleType name="DigestValueType"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
  <xs:simpleType name="HMACOutputLengthType"><xs:restriction base="xs:integer"/></xs:simpleType>
  <xs:complexType name="SignatureType">
    <xs:sequence>
      <xs:element ref="SignedInfo"/>
      <xs:element ref="SignatureValue"/>
      <xs:element ref="KeyInfo" minOccurs="0"/>
      <xs:element ref="Object" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="SignatureValueType">
    <xs:simpleContent>
      <xs:extension base="xs:base64Binary"><xs:attribute name="Id" type="xs:ID"/></xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="SignedInfoType">
    <xs:sequence>
      <xs:element ref="CanonicalizationMethod"/>
      <xs:element ref="SignatureMethod"/>
      <xs:element ref="Reference" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="CanonicalizationMethodType" mixed="true">
    <xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>
  </xs:complexType>
  <xs:complexType name="SignatureMethodType" mixed="true">
    <xs:sequence>
      <xs:element name="HMACOutputLength" type="HMACOutputLengthType" minOccurs="0"/>
      <xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>
  </xs:complexType>
  <xs:complexType name="ReferenceType">
    <xs:sequence>
      <xs:element ref="Transforms" minOccurs="0"/>
      <xs:element ref="DigestMethod"/>
      <xs:element ref="DigestValue"/>
    </xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
    <xs:attribute name="URI" type="xs:anyURI"/>
    <xs:attribute name="Type" type="xs:anyURI"/>
  </xs:complexType>
  <xs:complexType name="TransformsType">
    <xs:sequence><xs:element ref="Transform" maxOccurs="unbounded"/></xs:sequence>
  </xs:complexType>
  <xs:complexType name="TransformType" mixed="true">
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:any namespace="##other" processContents="lax"/>
      <xs:element name="XPath" type="xs:string"/>
    </xs:choice>
    <xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>
  </xs:complexType>
  <xs:complexType name="DigestMethodType" mixed="true">
    <xs:sequence>
      <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>
  </xs:complexType>
  <xs:complexType name="KeyInfoType" mixed="true">
    <xs:choice maxOccurs="unbounded">
      <xs:element ref="KeyName"/>
      <xs:element ref="KeyValue"/>
      <xs:element ref="RetrievalMethod"/>
      <xs:element ref="X509Data"/>
      <xs:element ref="PGPData"/>
      <xs:element ref="SPKIData"/>
      <xs:element ref="MgmtData"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="KeyValueType" mixed="true">
    <xs:choice>
      <xs:element ref="DSAKeyValue"/>
      <xs:element ref="RSAKeyValue"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
  </xs:complexType>
  <xs:complexType name="RetrievalMethodType">
    <xs:sequence><xs:element ref="Transforms" minOccurs="0"/></xs:sequence>
    <xs:attribute name="URI" type="xs:anyURI"/>
    <xs:attribute name="Type" type="xs:anyURI"/>
  </xs:complexType>
  <xs:complexType name="X509DataType">
    <xs:choice maxOccurs="unbounded">
      <xs:element name="X509IssuerSerial" type="X509IssuerSerialType"/>
      <xs:element name="X509SKI" type="xs:base64Binary"/>
      <xs:element name="X509SubjectName" type="xs:string"/>
      <xs:element name="X509Certificate" type="xs:base64Binary"/>
      <xs:element name="X509CRL" type="xs:base64Binary"/>
      <xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
  </xs:complexType>
  <xs:complexType name="X509IssuerSerialType">
    <xs:sequence>
      <xs:element name="X509IssuerName" type="xs:string"/>
      <xs:element name="X509SerialNumber" type="xs:integer"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="PGPDataType">
    <xs:choice>
      <xs:sequence>
        <xs:element name="PGPKeyID" type="xs:base64Binary"/>
        <xs:element name="PGPKeyPacket" type="xs:base64Binary" minOccurs="0"/>
        <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
      <xs:sequence>
        <xs:element name="PGPKeyPacket" type="xs:base64Binary"/>
        <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
    </xs:choice>
  </xs:complexType>
  <xs:complexType name="SPKIDataType">
    <xs:sequence maxOccurs="unbounded">
      <xs:element name="SPKISexp" type="xs:base64Binary"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ObjectType" mixed="true">
    <xs:sequence><xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
    <xs:attribute name="MimeType" type="xs:string"/>
    <xs:attribute name="Encoding" type="xs:anyURI"/>
  </xs:complexType>
  <xs:complexType name="ManifestType">
    <xs:sequence><xs:element ref="Reference" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="SignaturePropertiesType">
    <xs:sequence><xs:element ref="SignatureProperty" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="SignaturePropertyType" mixed="true">
    <xs:choice maxOccurs="unbounded"><xs:any namespace="##other" processContents="lax"/></xs:choice>
    <xs:attribute name="Target" type="xs:anyURI" use="required"/>
    <xs:attribute name="Id" type="xs:ID"/>
  </xs:complexType>
  <xs:complexType name="DSAKeyValueType">
    <xs:sequence>
      <xs:sequence minOccurs="0">
        <xs:element name="P" type="CryptoBinary"/><xs:element name="Q" type="CryptoBinary"/>
      </xs:sequence>
      <xs:element name="G" type="CryptoBinary" minOccurs="0"/>
      <xs:element name="Y" type="CryptoBinary"/>
      <xs:element name="J" type="CryptoBinary" minOccurs="0"/>
      <xs:sequence minOccurs="0">
        <xs:element name="Seed" type="CryptoBinary"/>
        <xs:element name="PgenCounter" type="CryptoBinary"/>
      </xs:sequence>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="RSAKeyValueType">
    <xs:sequence>
      <xs:element name="Modulus" type="CryptoBinary"/>
      <xs:element name="Exponent" type="CryptoBinary"/>
    </xs:sequence>
  </xs:complexType>
  <xs:element name="Signature" type="SignatureType"/>
  <xs:element name="SignatureValue" type="SignatureValueType"/>
  <xs:element name="SignedInfo" type="SignedInfoType"/>
  <xs:element name="CanonicalizationMethod" type="CanonicalizationMethodType"/>
  <xs:element name="SignatureMethod" type="SignatureMethodType"/>
  <xs:element name="Reference" type="ReferenceType"/>
  <xs:element name="Transforms" type="TransformsType"/>
  <xs:element name="Transform" type="TransformType"/>
  <xs:element name="DigestMethod" type="DigestMethodType"/>
  <xs:element name="DigestValue" type="DigestValueType"/>
  <xs:element name="KeyInfo" type="KeyInfoType"/>
  <xs:element name="KeyValue" type="KeyValueType"/>
  <xs:element name="RetrievalMethod" type="RetrievalMethodType"/>
  <xs:element name="X509Data" type="X509DataType"/>
  <xs:element name="PGPData" type="PGPDataType"/>
  <xs:element name="SPKIData" type="SPKIDataType"/>
  <xs:element name="Object" type="ObjectType"/>
  <xs:element name="Manifest" type="ManifestType"/>
  <xs:element name="SignatureProperties" type="SignaturePropertiesType"/>
  <xs:element name="SignatureProperty" type="SignaturePropertyType"/>
  <xs:element name="DSAKeyValue" type="DSAKeyValueType"/>
  <xs:element name="RSAKeyValue" type="RSAKeyValueType"/>
  <xs:element name="KeyName" type="xs:string"/>
  <xs:element name="MgmtData" type="xs:string"/>
</xs:schema>
)";

}  // namespace

std::string_view builtin_document(std::string_view space) {
    if (space == "http://www.w3.org/XML/1998/namespace") return xml_document;
    if (space == "http://www.w3.org/1999/xlink") return xlink_document;
    if (space == "http://www.w3.org/2000/09/xmldsig#") return signature_document;
    return {};
}

}  // namespace schema
